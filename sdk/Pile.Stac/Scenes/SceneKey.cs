using System.Security.Cryptography;

namespace Pile.Stac;

/// <summary>What tells a scene from others, without its document.</summary>
/// <param name="Id">The id.</param>
/// <param name="Hash">The first half of the SHA-256 of the document.</param>
/// <param name="Source">The file.</param>
/// <param name="Index">The index in the file.</param>
internal readonly record struct SceneKey(string Id, UInt128 Hash, string Source, long Index)
{
    /// <summary>Returns the key of a scene.</summary>
    internal static SceneKey Of(Scene scene)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(scene.Document.Span, hash);
        UInt128 half = new(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
        return new SceneKey(scene.Id, half, scene.Source, scene.Index);
    }
}
