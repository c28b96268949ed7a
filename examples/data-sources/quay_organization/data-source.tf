data "quay_organization" "acme" {
  name = "acme"
}

output "acme_contact" {
  value = data.quay_organization.acme.email
}
