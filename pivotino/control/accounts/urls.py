"""Addresses of the accounts room. allauth finds some of them by names of its own, without our prefix."""

from django.urls import include, path
from django.views.generic import RedirectView

from pivotino.control.accounts.views import joining, my, passwords, second_steps, sign_in

own = [
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("choose-password/", passwords.choose, name="choose_password"),
    path("fresh-password/", passwords.fresh, name="fresh_password"),
    path("forgot-password/", passwords.Forgot.as_view(), name="forgot_password"),
    path("join/", joining.join, name="join"),
    path("my/", my.home, name="home"),
    path("my/account/", my.settings, name="settings"),
    path("my/security/", my.security, name="security"),
    path("my/security/password/", passwords.change, name="change_password"),
    path("my/security/sessions/end/", my.end_other_sessions, name="end_other_sessions"),
    path("my/security/sessions/<str:reference>/end/", my.end_session, name="end_session"),
]
for_allauth = [
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-in/code/", sign_in.MailMeACode.as_view(), name="account_request_login_code"),
    path("sign-in/code/enter/", sign_in.SignInCode.as_view(), name="account_confirm_login_code"),
    path("sign-in/second-step/", sign_in.SecondStep.as_view(), name="mfa_authenticate"),
    path("sign-in/passkey/", sign_in.PasskeySignIn.as_view(), name="mfa_login_webauthn"),
    path("sign-in/closed/", sign_in.closed, name="account_inactive"),
    path("sign-in/unproven/", sign_in.closed, name="account_email_verification_sent"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sign-up/", RedirectView.as_view(url="/get-started/"), name="account_signup"),
    path("forgot-password/", passwords.Forgot.as_view(), name="account_reset_password"),
    path("forgot-password/code/", passwords.ForgotCode.as_view(), name="account_confirm_password_reset_code"),
    path("forgot-password/new/", passwords.ForgotNew.as_view(), name="account_complete_password_reset"),
    path("forgot-password/done/", passwords.forgot_done, name="account_password_reset_completed"),
    path("my/security/", my.security, name="mfa_index"),
    path("my/security/password/", passwords.change, name="account_change_password"),
    path("my/security/password/", passwords.change, name="account_set_password"),
    path("my/security/again/", second_steps.PasswordAgain.as_view(), name="account_reauthenticate"),
    path("my/security/again/code/", second_steps.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("my/security/again/passkey/", second_steps.PasskeyAgain.as_view(), name="mfa_reauthenticate_webauthn"),
    path("my/security/app/", second_steps.AddApp.as_view(), name="mfa_activate_totp"),
    path("my/security/app/remove/", second_steps.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("my/security/codes/", second_steps.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path("my/security/codes/new/", second_steps.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("my/security/passkeys/", my.security, name="mfa_list_webauthn"),
    path("my/security/passkeys/add/", second_steps.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("my/security/passkeys/<int:pk>/remove/", second_steps.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
urlpatterns = [path("", include((own, "accounts"))), *for_allauth]
