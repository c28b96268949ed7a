terraform import quay_user_robot_federation.nightly 'nightly'
