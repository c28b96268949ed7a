# All users, enabled and disabled, up to the limit of Terraform's own: 100.
list "quay_user" "all" {
  provider = quay
}

# Users that were disabled, whole, and as many as there are.
list "quay_user" "disabled" {
  provider         = quay
  include_resource = true
  limit            = 100000

  config {
    disabled = true
  }
}
