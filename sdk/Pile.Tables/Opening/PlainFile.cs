using Pile.Format;

namespace Pile.Tables.Opening;

/// <summary>A file on disk as a library wants it; a temporary one goes when it is disposed.</summary>
internal sealed class PlainFile(string path, bool isTemporary) : IDisposable
{
    internal string Path { get; } = path;

    public void Dispose()
    {
        if (isTemporary)
            TemporaryPath.Delete(Path);
    }
}
