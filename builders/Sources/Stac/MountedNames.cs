using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Builders.Sources.Stac;

/// <summary>The addresses whose files a mounted folder has by their names alone, so that no file is taken for two of them.
/// Thread-safe.</summary>
/// <param name="mount">The key <c>assets.mount</c>, for messages.</param>
/// <remarks>Hashes take the place of texts, since there may be millions of assets; the first addresses are kept for messages.</remarks>
internal sealed class MountedNames(YamlNode mount)
{
    private const int MostTexts = 10_000;

    private readonly ConcurrentDictionary<UInt128, (UInt128 Address, string? Text)> addressOfPlace = new();
    private int texts;

    /// <summary>Adds the address of an asset.</summary>
    /// <param name="place">The file in the mounted folder or bucket. A missing local file is not compared.</param>
    /// <param name="address">The absolute address without signatures.</param>
    /// <exception cref="DocumentInvalidException">The file is already that of another address; line and column are named.</exception>
    internal void Add(string place, string address)
    {
        if (!place.Contains("://", StringComparison.Ordinal) && !File.Exists(place))
            return;
        UInt128 hash = HashOf(address);
        (UInt128 first, string? text) = addressOfPlace.GetOrAdd(HashOf(place), _ =>
            (hash, Interlocked.Increment(ref texts) <= MostTexts ? Redaction.Apply(address) : null));
        if (first != hash)
            throw mount.Invalid($"the file '{place}' would be taken for two addresses, because both end with its name: "
                + $"{(text is null ? "that of an asset before" : $"'{text}'")} and '{Redaction.Apply(address)}'. Map prefixes of the "
                + "addresses to folders instead (mount: { PREFIX: FOLDER }), or leave the asset out ('assets.exclude')");
    }

    private static UInt128 HashOf(string text) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
