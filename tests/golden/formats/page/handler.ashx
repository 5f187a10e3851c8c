<%@ WebHandler Language="C#" Class="Names" %>
using System.Web;
public class Names : IHttpHandler {
  public void ProcessRequest(HttpContext c) { c.Response.Write(c.Request["n"]); }
  public bool IsReusable { get { return true; } }
}
