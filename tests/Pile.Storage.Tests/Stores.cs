using Amazon.Runtime;
using Pile.TestServices;

namespace Pile.Storage.Tests;

/// <summary>Stores that use the test servers.</summary>
internal static class Stores
{
    /// <summary>Returns options with short retry delays and a separate cache.</summary>
    internal static StoreOptions Options(string cacheFolder) => new()
    {
        CacheFolder = cacheFolder,
        CacheBytes = 1 << 30,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        IdleTimeout = TimeSpan.FromSeconds(20),
    };

    internal static IFileStore S3(S3Gateway gateway, string address, StoreOptions options, Uri? endpoint = null, string? accessKey = null,
        string? secretKey = null) =>
        S3Store.Create(address, options, new S3Settings(S3Gateway.Region, endpoint ?? gateway.Endpoint,
            new BasicAWSCredentials(accessKey ?? gateway.AccessKey, secretKey ?? gateway.SecretKey)));

    internal static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static async Task<List<T>> ToListAsync<T>(this IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (T item in items)
            list.Add(item);
        return list;
    }
}
