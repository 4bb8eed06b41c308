using Pile.Builders;

namespace Pile.Adopting;

/// <summary>Some files of a folder tree in the order of their paths, which are read together.</summary>
internal sealed class FolderBlock
{
    /// <summary>The paths of the files below the folder.</summary>
    internal PathList Files { get; } = new();

    /// <summary>The paths of the rows, of files that are grouped by stem; otherwise empty, because each file is a row.</summary>
    internal PathList Stems { get; } = new();

    /// <summary>The row of each file; empty if each file is a row.</summary>
    internal List<int> RowOf { get; } = [];

    /// <summary>The number of the column of each file; empty if each file is a row.</summary>
    internal List<int> ColumnOf { get; } = [];

    /// <summary>The number of rows.</summary>
    internal int RowCount => RowOf.Count > 0 ? Stems.Count : Files.Count;

    /// <summary>Folders that are skipped.</summary>
    internal List<SkippedRow> Skipped { get; } = [];
}
