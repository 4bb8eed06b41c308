using System.Net.Http.Headers;

namespace Pile.Storage;

/// <summary>Holds an answer's headers against the part that was asked for.</summary>
internal static class ContentRange
{
    /// <summary>The length of the whole file that an answer with status 206 tells; -1 when it does not.</summary>
    /// <exception cref="StoreException">It is another part.</exception>
    internal static long RequireAsked(HttpContentHeaders headers, string address, long firstByte, long lastByte)
    {
        if (headers.ContentRange is not { Unit: "bytes", From: { } from, To: { } to } range)
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were asked for, the answer does not say which it has");
        if (from != firstByte || to > lastByte)
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were asked for, the answer has {from} to {to}");
        if (to < lastByte && !(range.Length is { } length && to == length - 1))
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were asked for, the answer has {from} to {to}");
        return range.Length ?? -1;
    }

    /// <summary>Refuses an answer whose bytes are not the file's.</summary>
    internal static void RequirePlain(HttpContentHeaders headers, string address)
    {
        foreach (string encoding in headers.ContentEncoding)
            if (!encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
                && !encoding.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase))
                throw Wrong(address, $"the answer is encoded as '{encoding}'");
    }

    private static StoreException Wrong(string address, string finding) =>
        new(StoreFault.WrongAnswer, address, finding,
            "A server or proxy between changes answers; ask its operator, or copy the dataset from elsewhere");
}
