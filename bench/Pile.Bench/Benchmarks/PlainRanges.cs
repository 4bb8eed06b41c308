using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Pile.Bench.Harness;

namespace Pile.Bench.Benchmarks;

/// <summary>Measures the limit of the server and of the runtime's HTTP client: parallel signed range requests, one for each row of the
/// peer's file.</summary>
internal sealed class PlainRanges(Uri file, long firstByte, int rowBytes, long[] rows, int atOnce) : IDisposable
{
    private readonly HttpClient client = new();

    /// <summary>The size of all rows in bytes.</summary>
    internal long Bytes => (long)rows.Length * rowBytes;

    /// <summary>Reads all rows.</summary>
    internal Pass Run() => Run(rows.Length);

    /// <summary>Reads the first rows.</summary>
    internal Pass Run(int count) => RunAsync(count).GetAwaiter().GetResult();

    public void Dispose() => client.Dispose();

    private async Task<Pass> RunAsync(int count)
    {
        float[] firstPixels = new float[count];
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            byte[] image = new byte[rowBytes];
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                using HttpRequestMessage request = SignedRequest.Of(HttpMethod.Get, file, firstByte + (rows[i] * rowBytes), rowBytes);
                using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                answer.EnsureSuccessStatusCode();
                using Stream body = await answer.Content.ReadAsStreamAsync();
                await body.ReadExactlyAsync(image);
                firstPixels[i] = MemoryMarshal.Read<float>(image);
            }
        })));
        double sum = 0;
        foreach (float pixel in firstPixels)
            sum += pixel;
        return new Pass(Stopwatch.GetElapsedTime(start).TotalSeconds,
            BitConverter.DoubleToInt64Bits(sum).ToString("x16", CultureInfo.InvariantCulture));
    }
}
