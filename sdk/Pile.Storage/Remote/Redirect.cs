using System.Net;

namespace Pile.Storage;

/// <summary>Decides which redirects of a web server are followed: those within the same server, and those from http to https of the same
/// host.</summary>
internal static class Redirect
{
    private const int Most = 5;

    internal static bool Is(HttpStatusCode status) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    /// <summary>Returns the address that a redirect leads to.</summary>
    /// <param name="file">The file that was asked for, for messages.</param>
    /// <param name="from">The address that answered.</param>
    /// <param name="response">The answer.</param>
    /// <param name="followed">The redirects that were followed before this one.</param>
    /// <exception cref="StoreException">The redirect leads to another server, names no address, or is one too many.</exception>
    internal static Uri Target(string file, Uri from, HttpResponseMessage response, int followed)
    {
        string status = $"HTTP {(int)response.StatusCode}";
        if (response.Headers.Location is not { } location || !Uri.TryCreate(from, location, out Uri? target))
            throw Rejected(file, $"'{from.Authority}' answers with a redirect to no address ({status})", "Ask the operator of the server");
        if (!IsSameServer(from, target))
            throw Rejected(file, $"'{from.Scheme}://{from.Authority}' redirects to {Shown(target)} ({status}), and redirects to another "
                + "server are not followed",
                target.Scheme is "http" or "https" ? "If that server is to be trusted, open the dataset at its address there"
                    : "A dataset must not lead out of its server: ask its publisher");
        return followed < Most ? target
            : throw Rejected(file, $"'{from.Authority}' redirects more than {Most} times, the last time to {Shown(target)}",
                "Ask the operator of the server");
    }

    private static bool IsSameServer(Uri from, Uri target) => target.Scheme is "http" or "https"
        && target.IdnHost.Equals(from.IdnHost, StringComparison.OrdinalIgnoreCase)
        && ((target.Scheme == from.Scheme && target.Port == from.Port) || (from.Scheme == "http" && target.Scheme == "https"));

    // Without user, password, query and fragment: signatures and tokens are stored there.
    private static string Shown(Uri target) => target.Scheme is "http" or "https"
        ? $"'{target.Scheme}://{target.Authority}{target.AbsolutePath}'" : $"an address '{target.Scheme}:'";

    private static StoreException Rejected(string file, string finding,
        string remedy) => new(StoreFault.WrongAnswer, file, finding, remedy);
}
