using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pile.Streaming;

/// <summary>Computes a short identifier of a selection of rows.</summary>
internal static class RowsHash
{
    internal static string Of(ReadOnlySpan<long> rows) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(rows)))[..16];
}
