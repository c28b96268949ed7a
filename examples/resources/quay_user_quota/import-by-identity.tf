import {
  to = quay_user_quota.alice
  identity = {
    username = "alice"
  }
}
