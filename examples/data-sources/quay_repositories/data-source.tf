data "quay_repositories" "acme" {
  namespace = "acme"
}

output "public_repositories" {
  value = [for r in data.quay_repositories.acme.repositories : r.name if r.visibility == "public"]
}
