using System.Globalization;

namespace Pile.Fits;

/// <summary>The keywords of a column: <c>TTYPE12</c>, or of an extended column <c>XT TTYPE1012</c> or <c>TTYPEAAN</c>.</summary>
internal readonly record struct ColumnKeywords(string Prefix, string Suffix)
{
    /// <summary>Returns a keyword, for example <c>TTYPE12</c> for <c>TTYPE</c>.</summary>
    internal string Of(string root) => $"{Prefix}{root}{Suffix}";
}

/// <summary>The columns beyond the 999 that FITS can number, as STILTS and TOPCAT write them: the last column of the table,
/// <c>XT_MORECOLS</c>, contains them, and keywords of their own describe them.</summary>
/// <remarks>https://github.com/Starlink/starjava/blob/master/fits/src/docs/wide-fits.txt: XT_ICOL is the number of the container, XT_NCOL
/// that of all columns; the first contained column has the number of the container. Keywords with letters are those of 2017.</remarks>
internal sealed class ExtendedColumns
{
    private const string Container = "XT_MORECOLS", ContainerKey = "XT_ICOL", CountKey = "XT_NCOL", Hierarchy = "XT ";
    private const int Letters = 26;

    private readonly int first;
    private readonly bool isAlphabetic;

    private ExtendedColumns(FitsHeader header, int container, int count)
    {
        (first, Count) = (container - 1, count);
        isAlphabetic = header.Contains("TFORM" + Alphabetic(0));
    }

    /// <summary>The number of columns, with the contained ones and without the container.</summary>
    internal int Count { get; }

    /// <summary>Returns the extended columns of a table; null if it has none.</summary>
    /// <exception cref="FitsException">The keywords contradict each other.</exception>
    internal static ExtendedColumns? Of(FitsHeader header, int fields)
    {
        if (header.GetInt64(ContainerKey) is not { } stated || header.GetInt64(CountKey) is not { } count)
            return null;
        int container = Enumerable.Range(1, fields).FirstOrDefault(n => header.GetText($"TTYPE{n}")?.Trim() == Container);
        if (container == 0) // a part of the columns was written with the keywords of all
            return null;
        long contained = count - stated + 1;
        return container == fields && stated == fields && contained > 1 && contained < header.Cards.Count
            ? new ExtendedColumns(header, container, (int)count)
            : throw new FitsException(header.Path, header.Hdu, $"the column {Container} contains {contained} columns by {ContainerKey} = "
                + $"{stated} and {CountKey} = {count}, but is column {container} of {fields}, so that they cannot be read. Convert the "
                + "original table to VOTable or Parquet, for example with STILTS.");
    }

    /// <summary>Returns whether a column, from 0, is contained in another.</summary>
    internal bool Contains(int index) => index >= first;

    /// <summary>Returns the keywords of a column, from 0.</summary>
    internal ColumnKeywords KeywordsOf(int index) => index >= first && isAlphabetic ? new("", Alphabetic(index - first))
        : new(index >= first ? Hierarchy : "", (index + 1).ToString(CultureInfo.InvariantCulture));

    // AAA, AAB … ZZZ.
    private static string Alphabetic(int number) => string.Create(3, number, (text, rest) =>
    {
        for (int i = text.Length - 1; i >= 0; i--, rest /= Letters)
            text[i] = (char)('A' + (rest % Letters));
    });
}
