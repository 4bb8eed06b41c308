namespace Pile.Format.Tests.Text;

/// <summary>Messages with and without secrets.</summary>
public class RedactionTests
{
    [Theory]
    [InlineData("'http://user:pass@host/x' fails", "'http://***@host/x' fails")]
    [InlineData("http://token@host/x", "http://***@host/x")]
    [InlineData("s3://AKIA:ab/cd+ef@bucket/x: denied", "s3://***@bucket/x: denied")]
    [InlineData("/tmp/http:/user:pass@host/x", "/tmp/http:/***@host/x")]
    [InlineData("https://host/x?X-Amz-Signature=abc&b=c, then", "https://host/x?***, then")]
    [InlineData("https://host/x#token=abc.", "https://host/x#***.")]
    [InlineData("https://host/x#state=1&token=abc", "https://host/x#***")]
    [InlineData("https://host/x#c2VjcmV0=.", "https://host/x#***.")]
    [InlineData("https://host/x?a=b#name", "https://host/x?***")]
    [InlineData("//host/x?sig=abc&b=1", "//host/x?sig=***&b=1")]
    [InlineData("aws_secret_access_key = abc", "aws_secret_access_key = ***")]
    public void Secrets_are_replaced(string text, string expected) => Assert.Equal(expected, Redaction.Apply(text));

    [Theory]
    [InlineData("http://127.0.0.1:9000/data/x")]
    [InlineData("http://host:80 and mail a@b.org")]
    [InlineData("https://host/@v1/x@2")]
    [InlineData("no dataset at 'https://host/collection.yaml#stars'")]
    [InlineData("s3://bucket/collection.yaml#stars.")]
    [InlineData("s3://bucket/data: Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_REGION=eu-west-1.")]
    [InlineData("--set options.order=6: column 'sig' = 3")]
    [InlineData("C:/data/a@b.csv, layer=notes@3")]
    public void Other_text_is_kept(string text) => Assert.Equal(text, Redaction.Apply(text));

    [Fact]
    public void The_message_of_an_exception_is_redacted() =>
        Assert.DoesNotContain("pass", new DatasetNotFoundException("http://user:pass@host/x", "there is no such folder").Message,
            StringComparison.Ordinal);

    [Fact]
    public void Long_text_is_redacted_in_linear_time()
    {
        string text = string.Concat(Enumerable.Repeat("http://a:b ", 20_000));
        Assert.Equal(text, Redaction.Apply(text));
    }
}
