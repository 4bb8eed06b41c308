using Pile.Fits;
using Pile.Format;
using Pile.Format.Yaml;

namespace Pile.Tables.Ecsv;

/// <summary>The <c>meta</c> of an ECSV file as keywords.</summary>
internal static class EcsvMeta
{
    /// <summary>Reads the values, also those within mappings, such as <c>header</c> of specutils: a key of an outer mapping comes
    /// first.</summary>
    /// <param name="lines">The lines of <c>meta</c> in the header.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="SourceUnreadableException">The lines are not YAML.</exception>
    internal static IReadOnlyList<FitsCard> Read(IReadOnlyList<string> lines, string path)
    {
        if (lines.Count == 0)
            return [];
        List<FitsCard> keywords = [];
        try
        {
            Queue<YamlNode> nodes = new([YamlReader.Read(string.Join('\n', lines.Select(AstropyColumns.Plain)), path)]);
            while (nodes.TryDequeue(out YamlNode? node))
                foreach ((string key, YamlNode value) in EntriesOf(node))
                    if (value is not YamlScalar scalar)
                        nodes.Enqueue(value);
                    else if (!scalar.IsNull && key.Length > 0)
                        keywords.Add(CardOf(key, scalar));
        }
        catch (DocumentInvalidException e)
        {
            throw new SourceUnreadableException(path, $"the 'meta' of its ECSV header: {e.Finding}", "Correct the header, or remove 'meta'",
                e);
        }
        return keywords;
    }

    // An ordered mapping is a list of mappings. astropy's own description of columns is not metadata of the table.
    private static IEnumerable<(string Key, YamlNode Value)> EntriesOf(YamlNode node) => node switch
    {
        YamlMap map => map.Entries.Where(e => e.Key.Text != "__serialized_columns__").Select(e => (e.Key.Text, e.Value)),
        YamlList list => list.Items.Select(item => ("", item)),
        _ => [],
    };

    private static FitsCard CardOf(string key, YamlScalar value) => value.IsPlain && value.Text is "true" or "false"
        ? new(key, value.Text is "true" ? "T" : "F", IsText: false, "")
        : new(key, value.Text, !value.IsPlain, "");
}
