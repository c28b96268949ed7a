terraform import quay_user_quota.alice 'alice'
