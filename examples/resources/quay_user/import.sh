terraform import quay_user.alice 'alice'
