using System.Text.Json;

namespace Pile.Layers;

/// <summary>The value of a blob: what its bytes are, and where.</summary>
/// <param name="Sha256">The SHA-256 of the bytes.</param>
/// <param name="Bytes">Their number.</param>
/// <param name="Encoding">Their media type.</param>
/// <param name="Pack">The SHA-256 of the pack.</param>
/// <param name="Offset">The offset in the pack.</param>
internal sealed record BlobReference(string Sha256, long Bytes, string Encoding, string Pack, long Offset)
{
    /// <summary>The type of the column of a patch.</summary>
    internal const string PatchSql = "STRUCT(sha256 VARCHAR, bytes BIGINT, encoding VARCHAR, pack VARCHAR, \"offset\" BIGINT, "
        + "crc32c UINTEGER)";

    /// <summary>The largest blob: the largest array of .NET.</summary>
    internal const long MaxBytes = 2_147_483_591;

    /// <summary>Parses a value of a column of a dataset.</summary>
    /// <param name="text">The value: JSON.</param>
    /// <param name="layer">The layer, for messages.</param>
    /// <exception cref="LayerInvalidException">The text is not such a value.</exception>
    internal static BlobReference Parse(string text, string layer)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 });
            JsonElement root = json.RootElement;
            BlobReference blob = new(root.GetProperty("sha256").GetString() ?? "", root.GetProperty("bytes").GetInt64(),
                root.GetProperty("encoding").GetString() ?? "", root.GetProperty("pack").GetString() ?? "",
                root.GetProperty("offset").GetInt64());
            if (LayerPaths.IsSha256(blob.Sha256) && LayerPaths.IsSha256(blob.Pack) && blob.Bytes is >= 0 and <= MaxBytes
                && blob.Offset is >= 0 and <= long.MaxValue - MaxBytes)
                return blob;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // reported below
        }
        throw new LayerInvalidException(layer, $"'{(text.Length <= 80 ? text : text[..80] + "…")}' is not the value of a blob",
            LayerInvalidException.GetAgain);
    }
}
