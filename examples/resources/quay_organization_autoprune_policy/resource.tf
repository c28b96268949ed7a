# Keep the 10 newest tags in each repository of the organization acme.
resource "quay_organization_autoprune_policy" "newest" {
  organization = "acme"
  method       = "number_of_tags"
  value        = 10
}

# Delete tags for development after a week, and other tags after a year.
resource "quay_organization_autoprune_policy" "development" {
  organization = "acme"
  method       = "creation_date"
  value        = "7d"
  tag_pattern  = "^dev-"
}

resource "quay_organization_autoprune_policy" "other" {
  organization        = "acme"
  method              = "creation_date"
  value               = "1y"
  tag_pattern         = "^dev-"
  tag_pattern_matches = false
}
