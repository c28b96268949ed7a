# Keep the 10 newest tags in the repository acme/app.
resource "quay_repository_autoprune_policy" "newest" {
  repository = "acme/app"
  method     = "number_of_tags"
  value      = 10
}

# Delete tags for development after a week, and other tags after a year.
resource "quay_repository_autoprune_policy" "development" {
  repository  = "acme/app"
  method      = "creation_date"
  value       = "7d"
  tag_pattern = "^dev-"
}

resource "quay_repository_autoprune_policy" "other" {
  repository          = "acme/app"
  method              = "creation_date"
  value               = "1y"
  tag_pattern         = "^dev-"
  tag_pattern_matches = false
}
