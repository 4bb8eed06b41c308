using System.Text.RegularExpressions;

namespace Pile.Format;

/// <summary>Removes secrets from text that is shown or recorded: user names and
/// passwords in addresses, query strings of addresses and parameters after '#', and AWS keys.</summary>
/// <remarks>Applied to every <see cref="PileException"/> and everything that the command line writes to standard error.</remarks>
internal static class Redaction
{
    /// <summary>What replaces a secret.</summary>
    internal const string Mark = "***";

    private const string Kept = "${kept}" + Mark;
    private const int ShortestSecret = 8;

    private static readonly string[] EnvironmentSecrets = [.. ((string[])["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
        .Select(Environment.GetEnvironmentVariable).OfType<string>().Where(value => value.Length >= ShortestSecret)];

    /// <summary>Returns a text with every secret replaced by <c>***</c>; the same text if it contains no secrets.</summary>
    public static string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (string secret in EnvironmentSecrets)
            text = text.Replace(secret, Mark, StringComparison.Ordinal);
        // Each expression takes some milliseconds to create, and most texts contain no character that it needs.
        if (text.Contains('@', StringComparison.Ordinal))
            text = Users.Apply(text);
        if (text.AsSpan().ContainsAny('?', '#'))
            text = Queries.Address.Replace(text, Kept);
        if (text.Contains('=', StringComparison.Ordinal) && text.AsSpan().ContainsAny("?&;#"))
            text = Parameters.Secret.Replace(text, Kept);
        return text.Contains("aws", StringComparison.OrdinalIgnoreCase) || text.Contains("amz", StringComparison.OrdinalIgnoreCase)
            ? Keys.Aws.Replace(text, Kept) : text;
    }

    /// <summary>Creates an expression that takes linear time for any text.</summary>
    private static Regex Linear(string pattern) => new(pattern,
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    private static class Users
    {
        private const string Scheme = "(?<kept>[A-Za-z][A-Za-z0-9+.-]+:/{1,2})"; // a path derived from an address has one slash

        // AWS secret keys contain slashes: the text after a colon that follows the host part is a password unless it is a port.
        private static readonly Regex WithSlash = Linear(Scheme + @"[^/?#@\s:]*:[0-9]*[^0-9/\s]\S*@");

        private static readonly Regex Any = Linear(Scheme + @"([^/?#@\r\n]*:[^/\s]*|[^/?#\s@]+)@");

        internal static string Apply(string text) => Any.Replace(WithSlash.Replace(text, Kept + "@"), Kept + "@");
    }

    private static class Queries
    {
        // Punctuation at the end of a sentence is not part of the query.
        private const string Start = @"(?<kept>[A-Za-z][A-Za-z0-9+.-]+:/{1,2}[^\s?#'""]*", Rest = @"[^\s'""]*[^\s'"".,:;)]";

        // A name after '#', such as that of a member of a collection, is not a secret; parameters may contain one.
        internal static readonly Regex Address = Linear($@"{Start}\?){Rest}|{Start}#)[^\s'""=?]*[=?]({Rest})?");
    }

    private static class Parameters
    {
        internal static readonly Regex Secret =
            Linear(@"(?<kept>[?&;#](sig|signature|token|access_token|auth|api[-_]?key|key|password|pwd|secret)=)[^\s&'""]+");
    }

    private static class Keys
    {
        internal static readonly Regex Aws = Linear(
            @"(?<kept>(X-Amz-(Signature|Credential|Security-Token)|AWSAccessKeyId|aws_access_key_id"
                + @"|aws_secret_access_key|aws_session_token)['""]?\s*[=:]\s*['""]?)[^\s&'""]+");
    }
}
