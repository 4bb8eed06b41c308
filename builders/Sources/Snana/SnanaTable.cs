using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>Finds and reads the tables of HEAD and PHOT files.</summary>
internal static class SnanaTable
{
    private const string Remedy = "Leave out this file, or get it again";

    /// <summary>Returns the first table of a file with a column; null if there is no such table.</summary>
    internal static FitsTable? Find(FitsFile file, string column) => file.Hdus
        .Where(hdu => hdu.Kind is FitsHduKind.Table or FitsHduKind.AsciiTable).Select(hdu => hdu.Table())
        .FirstOrDefault(table => table.TryColumn(column, out _));

    /// <summary>Reads one number per row.</summary>
    /// <exception cref="SchemaMismatchException">The column does not have one such number per row.</exception>
    internal static T[] Read<T>(string path, FitsTable table, FitsColumn column, long firstRow, int rowCount) where T : unmanaged
    {
        if (column.IsVariableLength || column.Repeat != 1 || !FitsValues.CanReadAs<T>(column.Type))
            throw Unlike(path, column, $"one {DTypes.Of<T>().Name()}");
        T[] values = new T[rowCount];
        table.Read<T>(column, firstRow, rowCount, values);
        return values;
    }

    /// <summary>Reads one text per row; integers are converted.</summary>
    /// <exception cref="SchemaMismatchException">The column does not have one text or integer per row.</exception>
    internal static string[] Texts(string path, FitsTable table, FitsColumn column, long firstRow, int rowCount)
    {
        if (column.Type is not FitsType.Text)
            return [.. Read<long>(path, table, column, firstRow, rowCount).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        if (column.Repeat != 1 && !column.IsVariableLength)
            throw Unlike(path, column, "one text");
        string[] texts = new string[rowCount];
        table.ReadText(column, firstRow, rowCount, texts);
        return [.. texts.Select(text => text.Trim())];
    }

    private static SchemaMismatchException Unlike(string path, FitsColumn column, string expected) =>
        new(path, column.Name, $"expected {expected} per row, found TFORM {column.Form}", Remedy);
}
