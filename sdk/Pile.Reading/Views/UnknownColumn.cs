using Pile.Format;

namespace Pile.Reading;

/// <summary>Reports an unknown column, with similar names.</summary>
internal static class UnknownColumn
{
    internal static string Message(string dataset, string asked, IEnumerable<string> names) =>
        $"Dataset '{dataset}' has no column '{asked}'. {SimilarNames.Hint(asked, names)}.";
}
