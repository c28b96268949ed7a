resource "quay_repository" "api" {
  namespace   = "acme"
  name        = "api"
  description = "The **public** API."
  visibility  = "public"
}

# The name of a nested repository has several parts.
resource "quay_repository" "frontend" {
  namespace = "acme"
  name      = "team/frontend"
}

# A role in a repository refers to the repository, so that the repository is created first.
resource "quay_repo_team_permission" "frontend" {
  repository = "${quay_repository.frontend.namespace}/${quay_repository.frontend.name}"
  team       = "devs"
  role       = "write"
}
