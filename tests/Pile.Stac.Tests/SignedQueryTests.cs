using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pile.Stac.Tests;

/// <summary>Addresses whose signature is SECRET, as they are in documents: with blanks, quotes and escapes.</summary>
public class SignedQueryTests
{
    private static string Removed(string document, bool isYaml = false) =>
        Encoding.UTF8.GetString(SignedQuery.RemoveFrom(Encoding.UTF8.GetBytes(document), isYaml).Span);

    [Theory]
    [InlineData("https://h.org/a b.tif?sig=SECRET&v=1", "https://h.org/a b.tif?v=1")]
    [InlineData("https://x.blob.core.windows.net/a b.tif?se=2020&sp=rl&sig=SECRET", "https://x.blob.core.windows.net/a b.tif")]
    [InlineData("https://x.blob.core.windows.net/a.tif?st=1&se=2&sp=rl&sv=3&sr=c&skoid=4&v=5&sig=SECRET%3D",
        "https://x.blob.core.windows.net/a.tif?v=5")] // as of the Planetary Computer
    [InlineData("https://h.org/q?a b&sig=SECRET", "https://h.org/q?a b")]
    [InlineData("https://h.org/a.tif?v=a b&sig=SECRET", "https://h.org/a.tif?v=a b")]
    [InlineData("https://h.org/a.tif?sig=SEC RET+/=&v=1", "https://h.org/a.tif?v=1")]
    [InlineData("https://h.org/\"x\".tif?sig=SECRET", "https://h.org/\"x\".tif")]
    [InlineData("https://h.org/'x'<y>.tif?sig=\"SECRET\"", "https://h.org/'x'<y>.tif")]
    [InlineData("a b.tif?sig=SECRET", "a b.tif")]
    [InlineData("a b.tif?x&sig=SECRET", "a b.tif?x")]
    [InlineData("s3://b/a b.tif?versionId=1&token=SECRET", "s3://b/a b.tif?versionId=1")]
    [InlineData("/vsicurl?url=https://h.org/a.tif%3Fsig%3DSECRET", "/vsicurl?url=https://h.org/a.tif")]
    [InlineData("/vsicurl/https://h.org/a b.tif?sig=SECRET", "/vsicurl/https://h.org/a b.tif")]
    [InlineData("https://t.org/tiles?url=https%3A%2F%2Fh%2Fa.tif%3Fse%3D1%26v%3D2%26sig%3DSECRET%253D&scale=2",
        "https://t.org/tiles?url=https%3A%2F%2Fh%2Fa.tif%3Fv%3D2&scale=2")]
    [InlineData("https://t.org/?u=https%3A%2F%2Ft%2F%3Fu%3Dhttps%253A%252F%252Fh%252Fa%253Fsig%253DSECRET%2526v%253D2%26x%3D1",
        "https://t.org/?u=https%3A%2F%2Ft%2F%3Fu%3Dhttps%253A%252F%252Fh%252Fa%253Fv%253D2%26x%3D1")]
    [InlineData("https://t.org/x?url=https://h.org/a.tif?sig=SECRET", "https://t.org/x?url=https://h.org/a.tif")]
    [InlineData("HTTPS://H.ORG/a.tif?SIG=SECRET", "HTTPS://H.ORG/a.tif")]
    [InlineData("https://h.org/a.tif?%73ig=SECRET&b=1", "https://h.org/a.tif?b=1")]
    [InlineData("https://h.org/a.tif?sig%3DSECRET", "https://h.org/a.tif")]
    [InlineData("https://h.org/a.tif?a=1;sig=SECRET;b=2", "https://h.org/a.tif?a=1;b=2")]
    [InlineData("https://h.org/a.tif?a=1&amp;sig=SECRET&amp;b=2", "https://h.org/a.tif?a=1&amp;b=2")]
    [InlineData("https://h.org/a.tif?X-Amz-Date=1&X-Amz-SignedHeaders=host;range&X-Amz-Signature=SECRET&b=1", "https://h.org/a.tif?b=1")]
    [InlineData("https://h.org/a.tif?AWSAccessKeyId=SECRET&Signature=SECRET&Expires=9", "https://h.org/a.tif")]
    [InlineData("https://h.org/a.tif?GoogleAccessId=a@b&Expires=9&Signature=SECRET", "https://h.org/a.tif")]
    [InlineData("https://h.org/a.tif?X-Goog-Credential=SECRET&X-Goog-Signature=SECRET", "https://h.org/a.tif")]
    [InlineData("https://h.org/a.tif?Policy=SECRET&Signature=SECRET&Key-Pair-Id=SECRET&v=1", "https://h.org/a.tif?v=1")]
    [InlineData("https://h.org/a.tif?apikey=SECRET&v=1&api_key=SECRET&access_token=SECRET", "https://h.org/a.tif?v=1")]
    [InlineData("https://h.org/a.tif?refresh_token=SECRET&client_secret=SECRET&x-api-key=SECRET", "https://h.org/a.tif")]
    public void Addresses_are_the_same_in_assets_and_documents_without_signatures(string href, string expected)
    {
        Assert.Equal(expected, SignedQuery.Remove(href));
        string document = $$"""{ "a": "x? y", "href" : {{Quoted(href)}}, "b": "\"\u00e9?" }""";
        Assert.Equal(document.Replace(Quoted(href), Quoted(expected), StringComparison.Ordinal), Removed(document));
        string escaped = JsonSerializer.Serialize(href).Replace("?", "\\u003f", StringComparison.Ordinal)
            .Replace("/", "\\/", StringComparison.Ordinal);
        Assert.Equal(expected, (string?)JsonNode.Parse(Removed($$"""{"href":{{escaped}}}"""))!["href"]);
    }

    [Theory]
    [InlineData("user_token edl-token x-api-token id.token token[] auth[token] apiToken EarthdataToken accessToken apitoken nextToken")]
    [InlineData("sas q-ak q-signature q-sign-algorithm q-sign-time app_key appkey PL_API_KEY my-api-key credential credentials hmac")]
    [InlineData("sessionid session_id JSESSIONID X-Amz-Security-Token x-cos-security-token")]
    public void Names_of_tokens_and_keys_are_removed(string names)
    {
        foreach (string name in names.Split(' '))
            Assert.Equal("https://h.org/a?v=1&w=2", SignedQuery.Remove($"https://h.org/a?v=1&{name}=SECRET&w=2"));
    }

    [Theory]
    [InlineData("tokens token_type tokenized stoken keys sort_key keyword sash mhmac session q-a datum appkeys credentialed signal")]
    [InlineData("SERVICE LAYERS STYLES BBOX CRS TIME FORMAT request version id rescale assets bidx collection tile z x y")]
    public void Names_of_parameters_of_services_are_kept(string names)
    {
        foreach (string name in names.Split(' '))
            Assert.Equal($"https://h.org/a?v=1&{name}=5&w=2", SignedQuery.Remove($"https://h.org/a?v=1&{name}=5&w=2"));
    }

    [Theory]
    [InlineData("https://h.org/a.tif#sig=SECRET", "https://h.org/a.tif")]
    [InlineData("https://h.org/a.tif?v=1#page=1&token=SECRET", "https://h.org/a.tif?v=1#page=1")]
    [InlineData("https://h.org/a.tif?token=SECRET#page", "https://h.org/a.tif#page")]
    [InlineData("a b.tif#sig=SECRET", "a b.tif")]
    public void Fragments_of_documents_keep_what_does_not_sign(string href, string expected)
    {
        Assert.Equal($$"""{"href": "{{expected}}"}""", Removed($$"""{"href": "{{href}}"}"""));
        Assert.Equal(expected.Split(href.StartsWith("https", StringComparison.Ordinal) ? '#' : '\0')[0], SignedQuery.Remove(href));
    }

    [Theory]
    [InlineData("see https://h.org/a b.tif?v=1&sig=SECRET for it", "see https://h.org/a b.tif?v=1 for it")]
    [InlineData("(https://h.org/x?sig=SECRET), or [y](https://h.org/y?token=SECRET) & z", "(https://h.org/x), or [y](https://h.org/y) & z")]
    [InlineData("{\"href\": \"https://h.org/x?sig=SECRET\", \"b\": 1}", "{\"href\": \"https://h.org/x\", \"b\": 1}")]
    [InlineData("data/a.tif?sig=SECRET, or b", "data/a.tif, or b")]
    [InlineData("https://h.org/a?filter[x]=1&sig=SECRET b&key=4", "https://h.org/a?filter[x]=1 b&key=4")]
    [InlineData("https://h.org/a?b=(1)&key=SECRET;c", "https://h.org/a?b=(1)")]
    [InlineData("https://h.org/q?$filter=Name eq 'a'&$top=5&token=SECRET", "https://h.org/q?$filter=Name eq 'a'&$top=5")]
    [InlineData("Of https://h.org/a?x=1;key=SECRET;b=2 and R&D;key=3, https://h.org/b?key=SECRET",
        "Of https://h.org/a?x=1;b=2 and R&D;key=3, https://h.org/b")]
    public void Texts_with_addresses_keep_the_rest(string text, string expected) =>
        Assert.Equal($$"""{"d":{{Quoted(expected)}}}""", Removed($$"""{"d":{{Quoted(text)}}}"""));

    [Theory]
    [InlineData("Data from https://x.org/?id=5. Flags: a=1;se=2;st=3 and b&key=4")]
    [InlineData("line1 https://x.org/a?y=1\\nB&W&key=3")]
    [InlineData("https://x.org/a?x=1\\tcol;key=3")]
    [InlineData("See https://x.org/doc for C#key=7 and A#st=5 done")]
    [InlineData("Is it clear?key=1")]
    [InlineData("<a href='https://x.org/a?x=1'>R&D;key=3</a>")]
    public void Texts_after_addresses_are_unchanged(string text)
    {
        Assert.Equal($$"""{"d":"{{text}}"}""", Removed($$"""{"d":"{{text}}"}"""));
        Assert.Equal($"d: \"{text}\"", Removed($"d: \"{text}\"", isYaml: true));
    }

    [Theory]
    [InlineData("Is this the key? It is; key = 5 & token=3, sig=4")]
    [InlineData("What? 100 % of \\\"a\\\"; se=1, sig=2\\n see https://h.org/a?b=c. R&D;x=1")]
    [InlineData("image/tiff; application=geotiff; profile=cloud-optimized; key=1")]
    [InlineData("https://h.org/a%20b.tif?v=1&signal=2&tokens=3&sv=4&sp=5#part")]
    [InlineData("a.nc#ndvi")]
    [InlineData("year=2020/key=5/100%/a&key=1.tif")]
    [InlineData("b1 > 3 ? 1 : (qa & 4) == 0 && key == 1")]
    [InlineData("https:\\/\\/h.org\\/x?v=\\u0026&b=\\ud83d\\ude00")]
    [InlineData("%")]
    [InlineData("?")]
    [InlineData("https://h.org/?&=&?=%3D%26%3")]
    public void Other_texts_are_unchanged(string text)
    {
        byte[] document = Encoding.UTF8.GetBytes($$"""{"href":"{{text}}","d":"{{text}}"}""");
        Assert.True(SignedQuery.RemoveFrom(document).Equals(new ReadOnlyMemory<byte>(document)));
        Assert.True(SignedQuery.RemoveFrom(document, isYaml: true).Equals(new ReadOnlyMemory<byte>(document)));
    }

    [Fact]
    public void Documents_of_yaml_have_quoted_and_plain_addresses()
    {
        const string Document = """
            # why? who=me
            measurements:
              a: {path: https://h.org/a b.tif?sig=SECRET, layer: x}
              b: { path: "b \"c\".tif?x=1&sig=SEC RET", layer: '?' }
              c: {path: 'https://h.org/it''s.tif?sig=SECRET'}
              d:
                path: a.tif?v=a b&sig=SECRET   # it's one
                href: "https://h.org/a.tif?v=1\u0026sig=SECRET"
            """;
        Assert.Equal("""
            # why? who=me
            measurements:
              a: {path: https://h.org/a b.tif, layer: x}
              b: { path: "b \"c\".tif?x=1", layer: '?' }
              c: {path: 'https://h.org/it''s.tif'}
              d:
                path: a.tif?v=a b   # it's one
                href: "https://h.org/a.tif?v=1"
            """, Removed(Document, isYaml: true));
    }

    [Fact]
    public void Long_texts_take_linear_time()
    {
        foreach (string part in (string[])["?", "%25", "?a", ";a=", "&sig", "\\\\", "?%3F%253F", "https://h/x?v=1 "])
        {
            string document = $$"""{"href":"{{string.Concat(Enumerable.Repeat(part, 200_000))}}"}""";
            Assert.Equal(document, Removed(document));
        }
    }

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
