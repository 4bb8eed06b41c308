using System.Text;
using Pile.Format;
using Pile.Hdf5;
using Pile.Tables.Ecsv;

namespace Pile.Adopting;

/// <summary>Tables that astropy wrote with <c>serialize_meta=True</c>: a compound dataset, and beside it a description of its
/// columns.</summary>
/// <remarks>Without the description, masked values are valid numbers, and times are two numbers.</remarks>
internal static class AstropyTable
{
    private const string MetaKey = "__table_column_meta__", MetaSuffix = "." + MetaKey;

    /// <summary>Returns the path of the table that a dataset describes; null if it does not have the name of a description.</summary>
    internal static string? TableOf(string path) => path.EndsWith(MetaSuffix, StringComparison.Ordinal) ? path[..^MetaSuffix.Length] : null;

    /// <summary>Returns the columns of a table as its description declares them: masks are part of their columns, and the two parts of a
    /// time are one column.</summary>
    /// <param name="file">The file.</param>
    /// <param name="table">The table.</param>
    /// <param name="isDescribed">True if the dataset with the description exists.</param>
    /// <param name="prefix">The prefix of the names of its columns.</param>
    /// <param name="fields">The columns as stored.</param>
    /// <exception cref="Hdf5Exception">The description is not valid, or of other columns.</exception>
    internal static List<SourceField> Apply(ForeignFile file, ForeignDataset table, bool isDescribed, string prefix,
        List<SourceField> fields)
    {
        if (table.Type.Kind is not ForeignTypeKind.Compound || table.Shape.Count is not 1)
            return fields;
        ForeignAttribute? old = isDescribed ? null : table.Attributes.FirstOrDefault(attribute => attribute.Name == MetaKey);
        if (!isDescribed && old is null)
            return fields;
        string place = old is null ? table.Path + MetaSuffix : $"{table.Path}@{MetaKey}";
        AstropyTableMeta meta;
        try
        {
            meta = AstropyTableMeta.Read(old is null ? Lines(file, file.OpenDataset(place)) : Lines(file, old, place), place);
        }
        catch (DocumentInvalidException e)
        {
            throw new Hdf5Exception(file.Path, place, $"line {e.Line}: {e.Finding}; it describes the columns of '{table.Path}'. Write the "
                + "table again with astropy, or remove this description to adopt the columns as they are stored", e);
        }
        return new AstropyColumnSet(file.Path, place, meta, prefix, fields).Columns();
    }

    private static List<string> Lines(ForeignFile file, ForeignDataset dataset)
    {
        SourceField[] lines = [.. FieldReader.FieldsOf(dataset, "", hasRows: true, readsAttributes: false)];
        if (lines is not [{ Obstacle: null, Shape.IsEmpty: true, Type.DType: DType.String } field] || dataset.RowCount > int.MaxValue)
            throw NotTexts(file, dataset.Path);
        LightBuilder texts = new(new(field.Name, new ColumnSchema { Name = field.Name, DType = DType.String }, null));
        FieldValues.AddRows(file, field, new(dataset), null, 0, (int)dataset.RowCount, texts);
        TextColumnData read = (TextColumnData)texts.Take();
        return [.. Enumerable.Range(0, read.RowCount).Select(row => read.Text(row))];
    }

    /// <summary>Reads the attribute in which old versions of astropy stored the description.</summary>
    private static List<string> Lines(ForeignFile file, ForeignAttribute attribute, string place)
    {
        if (attribute.IsNull || attribute.Type.Kind is not (ForeignTypeKind.Text or ForeignTypeKind.VariableText))
            throw NotTexts(file, place);
        if (attribute.Type.IsVariable)
            return [.. attribute.ReadSequences().Select(line => Text(line.Span))];
        byte[] bytes = attribute.Read();
        int length = attribute.Type.Bytes;
        return [.. Enumerable.Range(0, length is 0 ? 0 : bytes.Length / length).Select(line => Text(bytes.AsSpan(line * length, length)))];
    }

    private static string Text(ReadOnlySpan<byte> line) => Encoding.UTF8.GetString(line.TrimEnd((byte)0));

    private static Hdf5Exception NotTexts(ForeignFile file, string place) => new(file.Path, place,
        "expected a list of texts, with astropy's description of the columns of a table");
}
