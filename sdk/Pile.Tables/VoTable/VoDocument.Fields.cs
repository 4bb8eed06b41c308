using System.Xml;
using Pile.Format;

namespace Pile.Tables.VoTable;

internal sealed partial class VoDocument
{
    private readonly Dictionary<string, VoValues> valuesById = new(StringComparer.Ordinal);

    private VoField ReadField()
    {
        string name = Xml.GetAttribute("name") ?? Xml.GetAttribute("ID") ?? "";
        string? word = Xml.GetAttribute("datatype");
        string? size = Xml.GetAttribute("arraysize");
        if (VoField.ParseDatatype(word) is not { } datatype)
            throw Unreadable($"field '{name}' has the datatype '{word}', which is not a VOTable datatype",
                "Correct the file: use boolean, bit, unsignedByte, short, int, long, char, unicodeChar, float, double, floatComplex, "
                    + "doubleComplex");
        if (size is null && word is "string" or "unicodeString")
            size = "*";
        if (!VoField.TryParseArraySize(size, out var sizes))
            throw Unreadable($"field '{name}' has the arraysize '{size}', which is invalid or too large", "Correct the file");
        VoField field = new()
        {
            Name = name,
            Datatype = datatype,
            ArraySize = sizes,
            Unit = NonEmpty(Xml.GetAttribute("unit")),
            Ucd = NonEmpty(Xml.GetAttribute("ucd")),
            Reference = Xml.GetAttribute("ref"),
            Id = Xml.GetAttribute("ID"),
        };
        if (Xml.IsEmptyElement)
            return field;
        int depth = Xml.Depth;
        List<VoValues> values = [];
        while (Xml.Read() && Xml.Depth > depth)
        {
            if (Xml.NodeType is not XmlNodeType.Element)
                continue;
            if (Xml.LocalName == "VALUES")
                values.Add(ReadValues());
            else if (Xml.LocalName == "DESCRIPTION" && field.Description is null)
                field = field with { Description = NonEmpty(OneLine(ReadText())) };
        }
        return field with { Values = values };
    }

    /// <summary>Applies the VALUES of all fields, when those they refer to are read.</summary>
    private void CompleteFields()
    {
        for (int i = 0; i < Fields.Count; i++)
            Fields[i] = WithValues(Fields[i]);
    }

    private VoValues ReadValues()
    {
        VoValues values = VoValues.Read(Xml);
        if (values.Id is { } id)
            valuesById[id] = values;
        return values;
    }

    /// <summary>Returns a field with the null value and the categories of its VALUES, of which it may have two: those that are allowed,
    /// and those that occur.</summary>
    private VoField WithValues(VoField field)
    {
        if (field.Values.Count == 0)
            return field;
        VoValues[] all = [.. field.Values.Select(v => Resolve(field, v))];
        string[] nulls = [.. all.Select(v => v.NullText).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (nulls.Length > 1)
            throw Unreadable($"field '{field.Name}' has several null values: {string.Join(", ", nulls.Select(n => $"'{n}'"))}",
                "Correct its VALUES: keep one");
        return field with
        {
            Values = [],
            NullText = nulls.FirstOrDefault(),
            Categories = CategorySchema.OfOptions([.. all.SelectMany(v => v.Options)])
        };
    }

    /// <summary>Returns VALUES with the content of those they refer to.</summary>
    private VoValues Resolve(VoField field, VoValues values)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        string? nullText = values.NullText;
        while (values.Reference is { } id)
        {
            if (!valuesById.TryGetValue(id, out VoValues? other) || !seen.Add(id))
                throw Unreadable($"the VALUES of the field '{field.Name}' refer to the VALUES '{id}', which "
                    + (other is null ? "the file does not have before its rows" : "refer to themselves"),
                    "Correct the attribute 'ref' of the VALUES, because it determines which values are missing");
            nullText ??= other.NullText;
            if (other.NullText is { } text && text != nullText)
                throw Unreadable($"the VALUES of the field '{field.Name}' have the null value '{nullText}', but refer to the VALUES "
                    + $"'{id}' with the null value '{text}'", "Correct the VALUES: remove one of them");
            values = other with { Options = [.. values.Options, .. other.Options] };
        }
        return values with { NullText = nullText };
    }
}
