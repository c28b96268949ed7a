data "quay_repository" "app" {
  namespace = "acme"
  name      = "app"
}

output "visibility_of_app" {
  value = data.quay_repository.app.visibility
}
