using Amazon.Runtime;
using Pile.TestKit;
using Pile.TestServices;

namespace Pile.Storage.Tests;

public sealed class S3ErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private async Task<(S3Gateway Gateway, string Address)> ObjectAsync()
    {
        S3Gateway gateway = await S3Gateway.SharedAsync();
        string bucket = await gateway.NewBucketAsync();
        await gateway.PutAsync(bucket, "d/x", [1, 2, 3]);
        return (gateway, $"s3://{bucket}/d");
    }

    [Fact]
    public async Task Wrong_credentials_are_not_retried_and_never_shown()
    {
        (S3Gateway gateway, string address) = await ObjectAsync();
        foreach ((string key, string secret, string expected) in ((string, string, string)[])
        [
            (gateway.AccessKey, "a-wrong-secret", "SignatureDoesNotMatch"),
            ("a-wrong-key", "a-wrong-secret", "InvalidAccessKeyId"),
            (gateway.StrangerAccessKey, gateway.StrangerSecretKey, "AccessDenied"),
        ])
        {
            IFileStore store = Stores.S3(gateway, address, Stores.Options(folder["cache"]), null, key, secret);
            foreach (Func<Task> attempt in (Func<Task>[])
            [
                () => store.ReadAllAsync("x", 3, Token),
                async () => await store.Open("x", 3).ReadAsync(0, new byte[3], Token),
                () => store.ListAsync(cancellationToken: Token).ToListAsync(),
                () => store.PutAsync("y", new MemoryStream([1]), cancellationToken: Token),
            ])
            {
                StoreException e = await Assert.ThrowsAsync<StoreException>(attempt);
                Assert.Equal(StoreFault.Denied, e.Fault);
                Assert.Contains(expected, e.Message, StringComparison.Ordinal);
                Assert.StartsWith(address, e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal);
                Assert.DoesNotContain(key, e.ToString(), StringComparison.Ordinal);
            }
            Assert.Equal(0, store.Statistics.Retries);
            // A response to HEAD has no body and so no code.
            Assert.Equal(StoreFault.Denied,
                (await Assert.ThrowsAsync<StoreException>(async () => await store.OpenAsync("x", Token))).Fault);
        }
    }

    [Fact]
    public async Task A_missing_bucket_is_reported_with_its_server()
    {
        (S3Gateway gateway, _) = await ObjectAsync();
        IFileStore store = Stores.S3(gateway, "s3://no-such-bucket/d", Stores.Options(folder["cache"]));
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => store.ReadAllAsync("x", 3, Token));
        Assert.Equal(StoreFault.NotFound, e.Fault);
        Assert.Contains($"there is no bucket 'no-such-bucket' at {gateway.Endpoint.GetLeftPart(UriPartial.Authority)}", e.Message,
            StringComparison.Ordinal);
        Assert.Equal(StoreFault.NotFound,
            (await Assert.ThrowsAsync<StoreException>(() => store.ListAsync(cancellationToken: Token).ToListAsync())).Fault);
    }

    [Fact]
    public async Task Public_objects_are_read_without_permission_to_list()
    {
        (S3Gateway gateway, string address) = await ObjectAsync();
        string bucket = address.Split('/')[2];
        await gateway.Client.PutObjectAclAsync(new Amazon.S3.Model.PutObjectAclRequest
        {
            BucketName = bucket,
            Key = "d/x",
            ACL = Amazon.S3.S3CannedACL.PublicRead
        }, Token);
        IFileStore stranger = Stores.S3(gateway, address, Stores.Options(folder["cache"]), null, gateway.StrangerAccessKey,
            gateway.StrangerSecretKey);
        Assert.Equal([1, 2, 3], await stranger.ReadAllAsync("x", 3, Token));
        Assert.Contains("s3:ListBucket",
            (await Assert.ThrowsAsync<StoreException>(() => stranger.ListAsync(cancellationToken: Token).ToListAsync())).Message,
            StringComparison.Ordinal);

        S3Store anonymous = S3Store.Create(address, Stores.Options(folder["cache"]),
            new S3Settings(S3Gateway.Region, gateway.Endpoint, null));
        Assert.Equal([1, 2, 3], await anonymous.ReadAllAsync("x", 3, Token));
        Assert.Contains("without credentials",
            (await Assert.ThrowsAsync<StoreException>(() => anonymous.ReadAllAsync("y", 3, Token))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(301, "PermanentRedirect", StoreFault.BadSettings, "is not in region 'us-east-1'")]
    [InlineData(400, "AuthorizationHeaderMalformed", StoreFault.BadSettings, "Set AWS_REGION=eu-west-1")]
    [InlineData(400, "ExpiredToken", StoreFault.Denied, "their session has expired")]
    [InlineData(400, "InvalidToken", StoreFault.Denied, "the session token of these credentials: it is malformed")]
    [InlineData(403, "InvalidObjectState", StoreFault.Denied, "it is archived (HTTP 403, InvalidObjectState). Restore it first")]
    [InlineData(403, "RequestTimeTooSkewed", StoreFault.Denied, "clock")]
    [InlineData(503, "SlowDown", StoreFault.Throttled, "limits the request rate")]
    [InlineData(418, "Teapot", StoreFault.InvalidResponse, "HTTP 418")]
    public async Task Error_codes_are_reported_with_the_next_step(int status, string code, StoreFault fault, string expected)
    {
        (S3Gateway gateway, string address) = await ObjectAsync();
        await using FaultProxy proxy = new(gateway.Endpoint);
        // As S3 sends it with AuthorizationHeaderMalformed.
        string region = code == "AuthorizationHeaderMalformed" ? "<Message>The authorization header is malformed; the region 'us-east-1' "
            + "is wrong; expecting 'eu-west-1'</Message><Region>eu-west-1</Region>" : "";
        proxy.Plan = (_, _) => new Fault
        {
            Status = status,
            Body = $"<?xml version=\"1.0\"?><Error><Code>{code}</Code>{region}</Error>"
        };
        IFileStore store = Stores.S3(gateway, address, Stores.Options(folder["cache"]), proxy.Address);
        foreach (Func<Task> attempt in (Func<Task>[])
        [
            () => store.ReadAllAsync("x", 3, Token),
            () => store.PutAsync("y", new MemoryStream([1]), cancellationToken: Token),
        ])
        {
            StoreException e = await Assert.ThrowsAsync<StoreException>(attempt);
            Assert.Equal(fault, e.Fault);
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_token_is_signed_and_never_shown()
    {
        (S3Gateway gateway, string address) = await ObjectAsync();
        // The gateway does not issue sessions.
        await using FaultProxy proxy = new(gateway.Endpoint) { Plan = static (_, _) => new Fault { Status = 403 } };
        SessionAWSCredentials session = new(gateway.AccessKey, gateway.SecretKey, "a-session-token");
        S3Store store = S3Store.Create(address, Stores.Options(folder["cache"]), new S3Settings(S3Gateway.Region, proxy.Address, session));
        StoreException e = await Assert.ThrowsAsync<StoreException>(() => store.ReadAllAsync("x", 3, Token));
        Assert.DoesNotContain("a-session-token", e.ToString(), StringComparison.Ordinal);
        HttpHead request = Assert.Single(proxy.Requests);
        Assert.Equal("a-session-token", request["x-amz-security-token"]);
        Assert.Contains(";x-amz-security-token,", request["Authorization"], StringComparison.Ordinal);
    }
}
