resource "quay_organization" "mirrored" {
  name  = "mirrored"
  email = "mirrored@example.com"
}

resource "quay_organization_robot" "mirror" {
  organization = quay_organization.mirrored.name
  name         = "mirror"
}

resource "quay_organization_mirror" "mirrored" {
  organization           = quay_organization.mirrored.name
  external_registry_type = "harbor"
  external_registry_url  = "https://harbor.example.com"
  external_namespace     = "library"
  repository_filters     = ["app-*"]
  robot                  = quay_organization_robot.mirror.username
  visibility             = "private"
  sync_interval          = 60 * 60

  username            = "acme"
  password_wo         = "a-secret-from-elsewhere"
  password_wo_version = 1
}
