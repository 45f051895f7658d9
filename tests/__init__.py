"""What proves the dashboard. A package, so that none of this name that is installed takes its place."""
