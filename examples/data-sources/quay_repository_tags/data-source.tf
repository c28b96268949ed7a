data "quay_repository_tags" "app" {
  repository = "acme/app"
}

output "newest_tag" {
  value = try(data.quay_repository_tags.app.tags[0].name, null)
}
