using System.Text;
using Pile.Hdf5;

namespace Pile.Adopting;

/// <summary>The names of the columns that pandas stores together in one member of a table.</summary>
/// <remarks><c>DataFrame.to_hdf(format="table")</c> joins columns of one type to a member <c>values_block_0</c>, and stores their names
/// in the attribute <c>values_block_0_kind</c>: a Python list of texts, pickled with protocol 0.</remarks>
internal static class PandasNames
{
    private const string BlockPrefix = "values_block_", KindSuffix = "_kind";

    /// <summary>Returns the names of the columns in a member; null if it is not such a member.</summary>
    /// <param name="dataset">The table.</param>
    /// <param name="member">The name of the member.</param>
    /// <param name="count">The number of its values.</param>
    internal static List<string>? Of(ForeignDataset dataset, string member, int count)
    {
        if (!member.StartsWith(BlockPrefix, StringComparison.Ordinal)
            || dataset.Attributes.FirstOrDefault(attribute => attribute.Name == member + KindSuffix) is not { IsNull: false } kind
            || kind.Type.Kind is not ForeignTypeKind.Text || kind.Shape.Count > 0)
            return null;
        List<string> names = Parse(Encoding.ASCII.GetString(kind.Read()).TrimEnd('\0'));
        return names.Count == count && names.Distinct(StringComparer.Ordinal).Count() == count ? names : null;
    }

    /// <summary>Returns the texts of a pickled list: lines that begin with <c>V</c> (raw-unicode-escape); none if anything else is in
    /// it.</summary>
    private static List<string> Parse(string pickle)
    {
        List<string> names = [];
        foreach (string line in pickle.Split('\n'))
        {
            string rest = line.StartsWith("(lp", StringComparison.Ordinal) ? "" : line.TrimStart('a');
            if (rest.StartsWith('V'))
                names.Add(Unescape(rest[1..]));
            else if (rest.Length > 0 && rest is not "." && !rest.StartsWith('p'))
                return [];
        }
        return names;
    }

    private static string Unescape(string text)
    {
        StringBuilder result = new(text.Length);
        for (int i = 0; i < text.Length; i++)
            if (text[i] is '\\' && i + 5 < text.Length && text[i + 1] is 'u'
                && ushort.TryParse(text.AsSpan(i + 2, 4), System.Globalization.NumberStyles.HexNumber, null, out ushort code))
            {
                result.Append((char)code);
                i += 5;
            }
            else
                result.Append(text[i]);
        return result.ToString();
    }
}
