using System.Collections.Immutable;
using Pile.Fits;
using Pile.Format;

namespace Pile.Tables.Writing;

/// <summary>The cards of a FITS table that describe the table as a whole, and its columns in full.</summary>
internal static class FitsHead
{
    private const int KeywordLength = 8;

    /// <summary>Returns the cards: complete descriptions as TCOMM, because they do not fit into the comment of TTYPE; the frame as RADESYS;
    /// the epoch of the positions as a keyword of Pile; facts with the first eight letters of their key (INSTRUME), or as HIERARCH if the
    /// key has several words.</summary>
    internal static IEnumerable<FitsCard> Cards(ImmutableArray<ColumnSchema> columns, TableAbout? about)
    {
        for (int i = 0; i < columns.Length; i++)
            if (!string.IsNullOrWhiteSpace(columns[i].Description))
                yield return FitsCard.Text($"TCOMM{i + 1}", Ascii(columns[i].Description!));
        foreach (FitsCard card in FitsColumnMeanings.Cards(columns))
            yield return card;
        if (about is null)
            yield break;
        if (about.Frame is { } frame)
            yield return FitsCard.Text("RADESYS", Ascii(frame));
        if (about.EpochOf(columns) is { } year)
            yield return FitsCard.Real(StatedEpoch.FitsKey, year, "Julian year of ra and dec");
        foreach ((string key, string value) in about.Facts)
            yield return FitsCard.Text(key.Contains('.', StringComparison.Ordinal) ? key.Replace('.', ' ').ToUpperInvariant()
                : key.Length > KeywordLength ? key[..KeywordLength].ToUpperInvariant() : key.ToUpperInvariant(), Ascii(value));
        if (!string.IsNullOrWhiteSpace(about.Description))
            yield return FitsCard.Text("DESCRIP", Ascii(about.Description));
    }

    internal static string Ascii(string text) =>
        string.Concat(text.Select(c => char.IsWhiteSpace(c) ? ' ' : c is >= ' ' and <= '~' ? c : '?'));
}
