using System.Net.Http.Headers;

namespace Pile.Storage;

/// <summary>Checks the headers of a response against the requested range.</summary>
internal static class ContentRange
{
    /// <summary>Returns the length of the file that a response with status 206 states; -1 if it states none.</summary>
    /// <exception cref="StoreException">The response has another range.</exception>
    internal static long RequireRange(HttpContentHeaders headers, string address, long firstByte, long lastByte)
    {
        if (headers.ContentRange is not { Unit: "bytes", From: { } from, To: { } to } range)
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were requested, but the response does not state its range");
        if (from != firstByte || to > lastByte)
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were requested, but the response has bytes {from} to {to}");
        if (to < lastByte && !(range.Length is { } length && to == length - 1))
            throw Wrong(address, $"bytes {firstByte} to {lastByte} were requested, but the response has bytes {from} to {to}");
        return range.Length ?? -1;
    }

    /// <summary>Rejects a response with an encoded body.</summary>
    internal static void RequireUnencoded(HttpContentHeaders headers, string address)
    {
        foreach (string encoding in headers.ContentEncoding)
            if (!encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)
                && !encoding.Equals("aws-chunked", StringComparison.OrdinalIgnoreCase))
                throw Wrong(address, $"the response is encoded as '{encoding}', which is not supported");
    }

    private static StoreException Wrong(string address, string finding) =>
        new(StoreFault.InvalidResponse, address, finding,
            "The server or a proxy modifies responses; contact its operator, or read a copy of the file on another server");
}
