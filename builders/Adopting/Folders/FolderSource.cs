using System.Collections.Immutable;

namespace Pile.Adopting;

/// <summary>A local folder whose files are adopted.</summary>
/// <param name="Root">The folder, and its address in the dataset.</param>
/// <param name="Files">Paths of single files below the folder, with <c>/</c>; empty for all files of the folder.</param>
internal sealed record FolderSource(ArchiveRoot Root, ImmutableArray<string> Files)
{
    /// <summary>The absolute path of the folder.</summary>
    internal string Folder => Root.Store.LocalRoot;
}
