using System.Collections.Immutable;
using System.Text;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>Describes the columns of datasets and attributes.</summary>
internal static class FieldReader
{
    private const int MaxFieldsPerDataset = 10_000, MaxTextBytesPerRow = 16 << 20;
    private static readonly string[] UnitNames = ["unit", "units", "UNIT", "UNITS", "Unit", "Units"];
    private static readonly string[] DescriptionNames = ["description", "DESCRIPTION", "long_name", "TITLE"];

    /// <summary>Returns the columns of a dataset: one, or one for each member of a compound.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name">The name of the column, or the prefix of the members' names; empty for none.</param>
    /// <param name="hasRows">True if the first axis counts rows; false if the dataset is one value.</param>
    /// <param name="readsAttributes">True to read units and descriptions.</param>
    internal static List<SourceField> FieldsOf(ForeignDataset dataset, string name, bool hasRows, bool readsAttributes)
    {
        List<SourceField> fields = [];
        IEnumerable<long> lengths = hasRows ? dataset.Shape.Skip(1) : dataset.Shape;
        bool isTooLong = lengths.Any(length => length > int.MaxValue);
        ImmutableArray<int> shape = [.. lengths.Select(length => (int)Math.Min(length, int.MaxValue))];
        string? obstacle = dataset.IsNull ? "it has no value" : isTooLong ? "a row is too large" : dataset.Obstacle;
        Add(dataset.Type, name, 0, isMember: false);
        if (readsAttributes)
            Describe(dataset, fields, hasRows);
        return fields;

        void Add(ForeignType type, string path, int offset, bool isMember)
        {
            if (type.Kind is ForeignTypeKind.Compound && shape.IsEmpty)
            {
                foreach (ForeignMember member in type.Members)
                    if (member.Type is { Kind: ForeignTypeKind.Array, Dimensions: [var count] }
                        && PandasNames.Of(dataset, member.Name, count) is { } names)
                        for (int i = 0; i < count; i++)
                            Add(member.Type.Base!, FieldNames.Join(path, names[i]), offset + member.Offset + (i * member.Type.Base!.Bytes),
                                isMember: true);
                    else
                        Add(member.Type, FieldNames.Join(path, member.Name), offset + member.Offset, isMember: true);
                return;
            }
            if (fields.Count == MaxFieldsPerDataset)
                throw dataset.Invalid($"it has more than {MaxFieldsPerDataset} members");
            FieldType found = FieldType.Of(type);
            ImmutableArray<int> axes = [.. shape, .. found.Axes];
            string? reason = obstacle ?? (type.Kind is ForeignTypeKind.Compound ? "it is a table within each row" : found.Obstacle)
                ?? (found.Kind is FieldKind.Sequence && !shape.IsEmpty ? "arrays of elements of variable length are not adopted" : null)
                ?? (axes.Length > 0 && found.Kind is FieldKind.VariableText && isMember
                    ? "arrays of elements of variable length are not adopted" : null);
            if (reason is null && found.Kind is FieldKind.Text or FieldKind.VariableText
                && new SourceField(path, dataset.Path, found, axes).ElementsPerRow > MaxTextBytesPerRow / found.Element.Bytes)
                reason = $"the texts of a row have more than {MaxTextBytesPerRow} bytes";
            SourceField field = new(path, dataset.Path, found, axes)
            {
                MemberOffset = offset,
                IsMember = isMember,
                Obstacle = reason,
            };
            fields.Add(field with { ReferenceObstacle = field.Obstacle ?? PieceObstacle.Of(dataset, field, hasRows) });
        }
    }

    /// <summary>Returns the column of a scalar attribute; null for attributes of other kinds, and for those that describe the
    /// file.</summary>
    internal static SourceField? FieldOf(ForeignAttribute attribute, string path)
    {
        if (attribute.IsNull || attribute.Shape.Any(length => length is not 1) || IsBookkeeping(attribute.Name))
            return null;
        FieldType type = FieldType.Of(attribute.Type);
        return type.Obstacle is null && type.Axes.IsEmpty && type.Kind is not FieldKind.Sequence
            ? new(attribute.Name, path, type, []) { Attribute = attribute, ReferenceObstacle = "it is an attribute" } : null;
    }

    /// <summary>Returns true for an attribute with several elements, which is no column.</summary>
    internal static bool IsArray(ForeignAttribute attribute) =>
        attribute.Shape.Any(length => length > 1) && !IsBookkeeping(attribute.Name);

    /// <summary>Returns the text of an attribute; null if it has none.</summary>
    internal static string? TextOf(ForeignAttribute attribute)
    {
        if (attribute.IsNull || attribute.Shape.Any(length => length is not 1))
            return null;
        if (attribute.Type.Kind is not (ForeignTypeKind.Text or ForeignTypeKind.VariableText))
            return null;
        ReadOnlySpan<byte> bytes = attribute.Type.IsVariable ? attribute.ReadSequences()[0].Span : attribute.Read();
        int end = bytes.IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).Trim();
        return text.Length is > 0 and < 1000 ? text.ReplaceLineEndings(" ") : null;
    }

    private static void Describe(ForeignDataset dataset, List<SourceField> fields, bool hasRows)
    {
        string? unit = Find(UnitNames), description = Find(DescriptionNames);
        for (int i = 0; i < fields.Count; i++)
            if (!fields[i].IsMember)
                fields[i] = CfAttributes.Apply(dataset.Attributes, fields[i] with { Unit = unit, Description = description });
        for (int i = 0; i < fields.Count && hasRows; i++) // of objects, the attributes of the first ones are read only
            if (!fields[i].IsMember)
                fields[i] = ShardMeaning.Apply(dataset.Attributes, fields[i]);

        string? Find(string[] names) => dataset.Attributes.OrderBy(attribute => Array.IndexOf(names, attribute.Name))
            .Where(attribute => names.Contains(attribute.Name)).Select(TextOf).FirstOrDefault(text => text is not null);
    }

    /// <summary>Returns true for attributes of PyTables, netCDF and pandas about the file itself.</summary>
    private static bool IsBookkeeping(string name) => name is "CLASS" or "VERSION" or "TITLE" or "FLAVOR" or "PYTABLES_FORMAT_VERSION"
        or "NROWS" or "FILTERS" || name.StartsWith("FIELD_", StringComparison.Ordinal) || name.StartsWith('_');
}
