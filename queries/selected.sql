select *
from adsl
where ($doses is null or list_contains($doses, TRTA))
  and ($diseases is null or list_contains($diseases, DISEASE))
  and ($age_bands is null or list_contains($age_bands, AGEGR1))
  and ($sites is null or list_contains($sites, SITEID))
  and ($subjects is null or list_contains($subjects, USUBJID))
