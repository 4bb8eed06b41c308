using System.Globalization;

namespace Pile.CrossMatch;

/// <summary>Finds and joins in the words of the command line.</summary>
internal static class MatchWords
{
    internal static string Of(MatchFind find, int neighbours) => find switch
    {
        MatchFind.All => "all",
        MatchFind.Nearest => neighbours == 1 ? "nearest" : neighbours.ToString(CultureInfo.InvariantCulture),
        MatchFind.OneToOne => "one-to-one",
        _ => "groups",
    };

    internal static string Of(MatchJoin join) => join == MatchJoin.RightAnti ? "right-anti" : join.ToString().ToLowerInvariant();
}
