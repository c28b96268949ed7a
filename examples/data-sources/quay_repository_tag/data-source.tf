data "quay_repository_tag" "latest" {
  repository = "acme/app"
  name       = "latest"
}

output "image" {
  value = "${data.quay_repository_tag.latest.repository}@${data.quay_repository_tag.latest.digest}"
}
