# Nobody can move or delete tags such as v1.2.3.
resource "quay_repository_immutability_policy" "releases" {
  repository  = "acme/app"
  tag_pattern = "v[0-9]+\\.[0-9]+\\.[0-9]+"
}

# Only tags for development can be moved and deleted.
resource "quay_repository_immutability_policy" "all_but_development" {
  repository          = "acme/team/app"
  tag_pattern         = "latest|dev-.*"
  tag_pattern_matches = false
}
