namespace Pile.Format;

/// <summary>A catalogue that is read as it is: its tiles have no checksums, and their keys are compared with the positions.</summary>
/// <param name="Folder">The folder of the catalogue within the opened folder, with a slash at the end; empty if it is that folder.</param>
/// <param name="KeySql">The SQL of the order-29 pixel over the columns of a tile; null if tiles have none.</param>
internal sealed record ForeignIndex(string Folder, string? KeySql)
{
    /// <summary>The SQL of the id of a row in a catalogue whose rows are identified by their number.</summary>
    internal const string RowNumber = "_pile_row_number";
}
