from django.urls import path

from pivotino.control.website.views import contacts, pages, signs

app_name = "website"
urlpatterns = [
    path("", pages.home, name="home"),
    path("how-it-works/", pages.how, name="how"),
    path("prices/", pages.prices, name="prices"),
    path("our-story/", pages.story, name="story"),
    path("contact/", contacts.create, name="contact"),
    path("contact/sent/", contacts.sent, name="contact_sent"),
    path("security/", pages.security, name="security"),
    path(".well-known/security.txt", signs.security_txt, name="security_txt"),
    path("robots.txt", signs.robots, name="robots"),
    path("sitemap.xml", signs.sitemap, name="sitemap"),
]
