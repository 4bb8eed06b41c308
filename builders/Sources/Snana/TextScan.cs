using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>What depends on all text files of a source.</summary>
internal sealed class TextScan
{
    private TextScan() { }

    internal HeaderTypes Types { get; } = new();

    /// <summary>The columns of measurements that are not read.</summary>
    internal SortedSet<string> OtherColumns { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of files with other content after the measurements.</summary>
    internal int FilesWithMore { get; private set; }

    /// <summary>Reads the files. One that is invalid has no effect; its error is reported when its unit is read.</summary>
    internal static TextScan Of(SnanaRecipe recipe)
    {
        TextScan scan = new();
        foreach (string path in recipe.Files)
            if (!SnanaText.IsFits(path))
                scan.Add(path, recipe);
        return scan;
    }

    private void Add(string path, SnanaRecipe recipe)
    {
        try
        {
            SnanaText file = SnanaText.Read(path);
            OtherColumns.UnionWith(file.Columns.Except(ObservationColumns.Find(path, file.Columns, recipe).Names, StringComparer.Ordinal));
            FilesWithMore += file.HasMore ? 1 : 0;
            Types.Add(file.Header);
        }
        catch (PileException)
        {
        }
    }
}
