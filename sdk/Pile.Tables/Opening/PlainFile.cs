using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>An uncompressed file on disk; a temporary one is deleted when this is disposed.</summary>
internal sealed class PlainFile(string path, bool isTemporary) : IDisposable
{
    internal string Path { get; } = path;

    public void Dispose()
    {
        if (isTemporary)
            TemporaryPath.Delete(Path);
    }
}
