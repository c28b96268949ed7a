list "quay_organization_mirror" "all" {
  provider = quay
  limit    = 100000
}
