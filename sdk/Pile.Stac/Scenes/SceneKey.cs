using System.IO.Hashing;
using System.Security.Cryptography;

namespace Pile.Stac;

/// <summary>What tells a scene from others, without its document.</summary>
/// <param name="Id">The id.</param>
/// <param name="Hash">A hash of the document, with a seed that is random in each process.</param>
/// <param name="Source">The file.</param>
/// <param name="Index">The index in the file.</param>
internal readonly record struct SceneKey(string Id, UInt128 Hash, string Source, long Index)
{
    private static readonly long Seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    /// <summary>Returns the key of a scene.</summary>
    internal static SceneKey Of(Scene scene) =>
        new(scene.Id, XxHash128.HashToUInt128(scene.Document.Span, Seed), scene.Source, scene.Index);
}
