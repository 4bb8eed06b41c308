using System.Globalization;

namespace Pile.Adopting;

/// <summary>The place of a row, for messages and ids.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Row">The row of the file, from 0.</param>
/// <param name="Group">The path of the object's group; null for the row of a table, empty for an object that is the file.</param>
internal readonly record struct RowPlace(string File, long Row, string? Group)
{
    /// <summary>The id of a row without an id of its own.</summary>
    internal string Id => Group is null ? $"{File}#{Row.ToString(CultureInfo.InvariantCulture)}"
        : Group.Length is 0 ? File : $"{File}#{Group}";

    /// <summary>The name of the object: of its group or of its file.</summary>
    internal string Name => Group is null ? Id : Group.Length is 0 ? FileScanner.StemOf(File) : Group[(Group.LastIndexOf('/') + 1)..];
}
