using System.Text;

namespace Pile.Stac.Tests;

/// <summary>Names and passwords in the addresses of documents (RFC 3986, 3.2.1).</summary>
public class AddressUserInfoTests
{
    [Theory]
    [InlineData("""{"href": "https://me:SECRET@h.org/a.tif"}""", """{"href": "https://h.org/a.tif"}""")]
    [InlineData("""{"href": "https:\/\/me:SECRET@h.org\/a.tif"}""", """{"href": "https:\/\/h.org\/a.tif"}""")]
    [InlineData("""{"href": "s3://AKIA:ab/SECRET@bucket/a.tif"}""", """{"href": "s3://bucket/a.tif"}""")]
    [InlineData("""{"href": "s3:\/\/AKIA:ab\/c\/SECRET@bucket\/a.tif"}""", """{"href": "s3:\/\/bucket\/a.tif"}""")]
    [InlineData("see ftp://me@h.org/, or https://you:SECRET@h.org", "see ftp://h.org/, or https://h.org")]
    public void User_information_is_removed(string document, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(AddressUserInfo.RemoveFrom(Encoding.UTF8.GetBytes(document)).Span));

    [Theory]
    [InlineData("""{"href": "https://h.org/a@2x.png", "contact": "me@h.org"}""")]
    [InlineData("""{"href": "https://h.org:8080/a@2x.png"}""")]
    [InlineData("""{"href": "https:\/\/h.org:8080\/a@2x.png"}""")]
    [InlineData("""{"href": "https://h.org/a:b/c@2x.png", "note": "https://h.org: ask me@h.org"}""")]
    public void Other_texts_are_unchanged(string document)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(document);
        Assert.Equal(bytes, AddressUserInfo.RemoveFrom(bytes).ToArray());
    }
}
