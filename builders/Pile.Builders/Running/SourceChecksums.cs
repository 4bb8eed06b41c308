using System.Collections.Concurrent;
using System.Security.Cryptography;
using Pile.Format;

namespace Pile.Builders;

/// <summary>Computes size and SHA-256 of source files. Each file is read once, even if many units share it.</summary>
internal sealed class SourceChecksums(Func<string, string> nameOf)
{
    private readonly ConcurrentDictionary<string, Lazy<SourceFile>> known = new(StringComparer.Ordinal);

    internal SourceFile Of(string path) => known.GetOrAdd(path, p => new Lazy<SourceFile>(() => Compute(p))).Value;

    private SourceFile Compute(string path)
    {
        try
        {
            RegularFile.Require(path);
            using FileStream stream = new(
                path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.SequentialScan);
            return new SourceFile(nameOf(path), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(
                path, $"the file can't be read ({e.Message})", "Check that it is there and that you may read it", e);
        }
    }
}
