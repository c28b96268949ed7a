import {
  to = quay_org_quota.acme
  identity = {
    organization = "acme"
  }
}
